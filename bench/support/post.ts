/** One request of GraphQL, its answer as bytes. */
import { type Agent, request } from 'node:http';

/** Resolves once the last byte of the answer is there; what they say is the caller's to judge. */
export function post(agent: Agent, url: string, content: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
    const call = request(`${url}/graphql`, { method: 'POST', agent, headers }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
    });
    call.on('error', reject);
    call.end(content);
  });
}
