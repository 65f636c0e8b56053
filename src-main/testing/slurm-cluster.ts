import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A Slurm of one node on this machine, over a folder of its own. */
export type SlurmCluster = Readonly<{
  /** The environment in which its commands find it. */
  env: Readonly<{ SLURM_CONF: string }>;
  /** What a command prints. */
  run: (command: string, ...args: string[]) => string;
  stop: () => Promise<void>;
}>;

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'scancel'];

/** Why none can be started here, for the name of what is skipped; null where it can. */
export function slurmLacks(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'a Slurm of its own needs Linux and root';
  }
  const missing = programs.filter((name) => spawnSync('which', [name]).status !== 0);
  return missing.length === 0
    ? null
    : `${missing.join(', ')} not installed (apt-get install slurm-wlm munge)`;
}

/** Starts munged, slurmctld and slurmd; resolves when the node takes jobs. */
export async function startSlurmCluster(
  options: Readonly<{ cpus?: number; extra?: readonly string[] }> = {},
): Promise<SlurmCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'twofold-slurm-'));
  // munged refuses a socket in a folder that others cannot enter.
  chmodSync(folder, 0o755);
  const at = (...names: string[]): string => path.join(folder, ...names);
  for (const name of ['state', 'spool']) mkdirSync(at(name));
  writeFileSync(at('key'), randomBytes(128), { mode: 0o400 });
  const node = hostname().split('.')[0] ?? 'localhost';
  const [controllerPort, nodePort] = await freePorts();
  writeFileSync(
    at('slurm.conf'),
    [
      'ClusterName=twofold',
      `SlurmctldHost=${node}(127.0.0.1)`,
      ...['SlurmUser=root', 'SlurmdUser=root'],
      ...[`SlurmctldPort=${controllerPort}`, `SlurmdPort=${nodePort}`],
      ...['AuthType=auth/munge', `AuthInfo=socket=${at('socket')}`, 'CredType=cred/munge'],
      ...['MpiDefault=none', 'ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none'],
      ...['SelectType=select/cons_tres', 'SelectTypeParameters=CR_CPU', 'SwitchType=switch/none'],
      'JobAcctGatherType=jobacct_gather/none',
      'AccountingStorageType=accounting_storage/none',
      'JobCompType=jobcomp/none',
      ...['ReturnToService=2', 'SlurmdParameters=config_overrides', 'KillWait=10'],
      'SchedulerParameters=batch_sched_delay=0,sched_interval=1',
      ...[`StateSaveLocation=${at('state')}`, `SlurmdSpoolDir=${at('spool')}`],
      ...[`SlurmctldPidFile=${at('slurmctld.pid')}`, `SlurmdPidFile=${at('slurmd.pid')}`],
      ...(options.extra ?? []),
      `NodeName=${node} NodeAddr=127.0.0.1 CPUs=${options.cpus ?? 4} RealMemory=4000 State=UNKNOWN`,
      'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
      '',
    ].join('\n'),
  );
  const env = { SLURM_CONF: at('slurm.conf') };
  const started: ChildProcess[] = [];
  const start = (command: string, ...args: string[]): void => {
    const log = openSync(at(`${command}.log`), 'a');
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    started.push(child);
  };
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { env: { ...process.env, ...env }, encoding: 'utf8' });

  async function stop(): Promise<void> {
    try {
      run('scancel', '--user=root', '--signal=KILL', '--full');
      run('scancel', '--user=root');
    } catch {
      // it never came up
    }
    // The last started first: the node, its controller, munge.
    for (const child of started.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await once(child, 'exit');
      clearTimeout(killing);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    start(
      ...(['munged', '--force', '--foreground', '--num-threads=2'] as const),
      ...[`--socket=${at('socket')}`, `--key-file=${at('key')}`, `--pid-file=${at('munge.pid')}`],
      ...[`--log-file=${at('munge.log')}`, `--seed-file=${at('munge.seed')}`],
    );
    start('slurmctld', '-D', '-c');
    start('slurmd', '-D');
    for (let tries = 0; ; tries += 1) {
      const { stdout } = spawnSync('sinfo', ['--noheader', '--format=%T'], {
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      if (stdout.trim() === 'idle') return { env, run, stop };
      if (tries > 300 || started.some((child) => child.exitCode !== null)) {
        const logs = ['munged', 'slurmctld', 'slurmd'].map((name) =>
          readFileSync(at(`${name}.log`), 'utf8'),
        );
        throw new Error(`Slurm did not start:\n${logs.join('\n')}`);
      }
      await pause(100);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Two that nobody listens on now. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) server.close();
  return [ports[0] ?? 0, ports[1] ?? 0];
}
