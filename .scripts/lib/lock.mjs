// Keeps two builds from writing the same `dist` at once.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for the lock, runs the work, and gives the lock back; a lock whose owner is gone is taken. */
export async function withLock(path, work, patience = 180_000) {
  mkdirSync(dirname(path), { recursive: true });
  const deadline = Date.now() + patience;
  while (!acquire(path)) {
    if (Date.now() > deadline) throw new Error(`Another build holds the lock: "${path}"`);
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function acquire(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(path)) rmSync(path, { force: true });
  return false;
}

function isAlive(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // A file without a number yet was created this instant.
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
