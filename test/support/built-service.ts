/** The program as tests start it: built, unless it is up to date. For vitest's `globalSetup`. */
import { buildService } from '../../scripts/build-service.ts';

export async function setup(): Promise<void> {
  await buildService();
}
