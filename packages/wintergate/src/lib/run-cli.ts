import { serveNode } from '@wintergate/core/node';
import { banner } from './banner.ts';
import { EnvironmentError, type GatewaySettings, readEnvironment } from './environment.ts';
import { createGateway } from './gateway.ts';
import { probeUpstream } from './probe.ts';

/** The process as the command line sees it. */
export interface CliHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
  out(line: string): void;
  error(line: string): void;
  onSignal(listener: () => void): void;
  exit(code: number): void;
}

/** How long running replies may take to end after Ctrl-C, in milliseconds. */
const drainTimeout = 10_000;

/** Starts the gateway and returns when it listens, with the exit code to end with: 0, or 1 after one line that says why. */
export async function runCli(host: CliHost): Promise<number> {
  let settings: GatewaySettings;
  try {
    settings = readEnvironment(host.environment);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    host.error(`wintergate: ${error.message}`);
    return 1;
  }
  const gateway = createGateway(settings, { write: host.out });
  try {
    const server = await serveNode(gateway.middleware, gateway.end, {
      port: settings.port,
      host: settings.host,
    });
    for (const line of banner(server.url, gateway, settings)) host.out(line);
    let stopping = false;
    host.onSignal(() => {
      if (stopping) return host.exit(130);
      stopping = true;
      host.out('Stopping: running replies may end, a second Ctrl-C cuts them off');
      void server.close({ timeout: drainTimeout }).then(() => host.exit(0));
    });
  } catch (error) {
    host.error(`wintergate: ${listenProblem(error, settings)}`);
    return 1;
  }
  const problem = await probeUpstream(gateway.probe);
  if (problem !== undefined) host.error(`wintergate: ${problem}`);
  return 0;
}

function listenProblem(error: unknown, { port, host }: GatewaySettings): string {
  const code = (error as { code?: string }).code;
  if (code === 'EADDRINUSE')
    return `port ${port} of ${host} is in use: stop what uses it, or set PORT to another`;
  if (code === 'EACCES')
    return `port ${port} may not be used by this user: set PORT to 1024 or more`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `"${host}" is no address of this machine: set HOST to one`;
  return `can not listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`;
}
