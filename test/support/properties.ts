import fc from 'fast-check';

/** Every run tries the same cases, so that a failure can be looked at again. */
fc.configureGlobal({ seed: 20251107 });

export { fc };
