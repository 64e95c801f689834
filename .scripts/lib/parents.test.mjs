import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from '../testing/fixture.mjs';

const child = `import { endWithNpx } from ${JSON.stringify(join(import.meta.dirname, 'parents.mjs'))};
process.on('SIGTERM', () => {
  console.log('told to end');
  setTimeout(() => { console.log('drained'); process.exit(0); }, 300);
});
setTimeout(() => { console.log('left alone'); process.exit(0); }, 1_000);
// The shell and its parent: npx may have started the tests themselves.
endWithNpx(50, 2);
console.log('ready ' + process.pid);`;
const parent = `import { spawn } from 'node:child_process';
spawn('sh', ['-c', process.execPath + ' child.mjs; true'], { cwd: import.meta.dirname, stdio: 'inherit' });`;

/** Starts parent, shell and child, kills the parent, and gives what the child said afterwards. */
async function killParent(name, first) {
  const root = createWorkspace({ [name]: parent, 'child.mjs': child });
  const started = spawn(process.execPath, [join(root, name)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  started.stdout.on('data', (chunk) => (printed += chunk));
  await once(started.stdout, 'data');
  if (first !== undefined) {
    // After a tick of the watch, so that it knows who listens.
    await sleep(200);
    process.kill(Number(/ready (\d+)/.exec(printed)[1]), 'SIGTERM');
  }
  process.kill(started.pid, 'SIGKILL');
  await once(started.stdout, 'close');
  return printed.replace(/ \d+/, '');
}

describe.runIf(process.platform === 'linux')('endWithNpx()', () => {
  it('ends us when npx is killed', { timeout: 15_000 }, async () => {
    expect(await killParent('npx.mjs')).toBe('ready\ntold to end\ndrained\n');
  });

  it('sends no second signal to one that drains', { timeout: 15_000 }, async () => {
    expect(await killParent('npx.mjs', 'SIGTERM to the child first')).toBe(
      'ready\ntold to end\ndrained\n',
    );
  });

  it('leaves us alone when something else started us', { timeout: 15_000 }, async () => {
    expect(await killParent('other.mjs')).toBe('ready\nleft alone\n');
  });
});
