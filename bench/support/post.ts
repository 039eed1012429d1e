/** One request of GraphQL, its answer as text. */
import { type Agent, request } from 'node:http';

/** Resolves once the last byte of the answer is there; what the text says is the caller's to judge. */
export function post(agent: Agent, url: string, content: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
    const call = request(`${url}/graphql`, { method: 'POST', agent, headers }, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', chunk => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    call.on('error', reject);
    call.end(content);
  });
}
