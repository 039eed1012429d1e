import { IncomingMessage } from 'node:http';

const UPGRADE = Symbol('upgrade');

/**
 * A request that only asks for a WebSocket when it says so. Once a server accepts WebSockets, Node takes every request with an Upgrade
 * header for one; some clients (Java's, `curl --http2`) send `Upgrade: h2c` with each request, to be answered as if it were not there.
 */
export class UpgradableRequest extends IncomingMessage {
  /** Set by Node, which looks at it before it chooses between the two. */
  set upgrade(asked: boolean | null) {
    Object.defineProperty(this, UPGRADE, { value: asked === true, writable: true });
  }

  get upgrade(): boolean {
    return Reflect.get(this, UPGRADE) === true && (this.method === 'CONNECT' || this.headers.upgrade?.toLowerCase() === 'websocket');
  }
}
