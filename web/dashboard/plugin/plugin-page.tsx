export function PluginPage({ name }: { name: string }) {
  return <h1>{name}</h1>;
}
