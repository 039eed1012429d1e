import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** Neo4j 5.26 is released for these two; later ones start with errors or not at all. */
const ACCEPTED_JAVA = [17, 21];

/** Where Debian, Fedora and macOS put their Javas, each in a folder of its own. */
const JVM_FOLDERS = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines'];

const HOW_TO_GET_THEM =
  'On Debian and Ubuntu: apt-get install openjdk-17-jre-headless maven. On macOS: brew install openjdk@21 maven. ' +
  'Or name a Neo4j server of your own with NEO4J_URI.';

/** The environment variables that are looked at, as in `process.env`. */
export interface ToolEnvironment {
  readonly PATH?: string | undefined;
  readonly JAVA_HOME?: string | undefined;
}

export interface FoundTools {
  readonly found: true;
  /** The path of a `java` command of version 17 or 21. */
  readonly java: string;
  readonly javaVersion: number;
  /** The path of the `mvn` command; null where the machine has none (not needed once the jars are cached). */
  readonly maven: string | null;
}

export interface MissingTools {
  readonly found: false;
  /** One or two sentences for the operator: what is missing, what was found instead, how to get it. */
  readonly missing: string;
}

/**
 * Looks for what the embedded Neo4j needs: Java 17 or 21 (JAVA_HOME first, then PATH, then the folders where systems keep
 * their Javas) and, unless the jars are there already, Maven (PATH). Starts `java -version` of the candidates, nothing else.
 * Never throws: what cannot be read or started counts as not there.
 */
export async function findNeo4jTools(options: {
  readonly env: ToolEnvironment;
  /** Whether the jars lie in the cache (`findNeo4jJars`), so that Maven is not needed. */
  readonly jarsCached: boolean;
  readonly jvmFolders?: readonly string[];
}): Promise<FoundTools | MissingTools> {
  const candidates = await javaCandidates(options.env, options.jvmFolders ?? JVM_FOLDERS);
  const [java, maven] = await Promise.all([firstAcceptedJava(candidates), commandOnPath('mvn', options.env.PATH)]);
  const lacks = [
    ...(java.accepted ? [] : [`Java 17 or 21${java.rejected.length > 0 ? ` (found only ${java.rejected.join(', ')})` : ''}`]),
    ...(maven === null && !options.jarsCached ? ['Maven (mvn)'] : []),
  ];
  if (!java.accepted || lacks.length > 0) {
    return { found: false, missing: `The embedded Neo4j needs what is not on this machine: ${lacks.join(' and ')}. ${HOW_TO_GET_THEM}` };
  }
  return { found: true, java: java.accepted.command, javaVersion: java.accepted.version, maven };
}

/** The version in what `java -version` prints: 17 of `version "17.0.15"`, 8 of `version "1.8.0_412"`; null where there is none. */
export function javaVersionIn(output: string): number | null {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match?.[1] === undefined ? null : Number(match[1]);
}

async function javaCandidates(env: ToolEnvironment, jvmFolders: readonly string[]): Promise<string[]> {
  const homes = env.JAVA_HOME ? [env.JAVA_HOME] : [];
  const commands = [...homes.map(home => join(home, 'bin', 'java')), ...pathFolders(env.PATH).map(folder => join(folder, 'java'))];
  for (const folder of jvmFolders) {
    const names = await readdir(folder).catch(() => []);
    commands.push(...names.sort().flatMap(name => [join(folder, name, 'bin/java'), join(folder, name, 'Contents/Home/bin/java')]));
  }
  const executable = await Promise.all(commands.map(async command => ((await isExecutable(command)) ? realpath(command) : null)));
  return [...new Set(executable.filter(command => command !== null))];
}

async function firstAcceptedJava(candidates: readonly string[]) {
  const rejected: string[] = [];
  for (const command of candidates) {
    const version = await javaVersion(command);
    if (version !== null && ACCEPTED_JAVA.includes(version)) return { accepted: { command, version }, rejected };
    if (version !== null) rejected.push(`Java ${version} at ${command}`);
  }
  return { accepted: null, rejected };
}

function javaVersion(command: string): Promise<number | null> {
  return new Promise(resolve => {
    // It prints to standard error; a Java that hangs must not hold up the start.
    execFile(command, ['-version'], { timeout: 10_000 }, (error, stdout, stderr) => resolve(error ? null : javaVersionIn(stderr + stdout)));
  });
}

/** The first executable file of that name on a PATH; null where there is none. */
export async function commandOnPath(name: string, path: string | undefined): Promise<string | null> {
  for (const folder of pathFolders(path)) {
    const command = join(folder, name);
    if (await isExecutable(command)) return command;
  }
  return null;
}

/** Relative entries of PATH are left out: a command from whatever folder the service is started in is none we want to run. */
function pathFolders(path: string | undefined): string[] {
  return (path ?? '').split(delimiter).filter(isAbsolute);
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
