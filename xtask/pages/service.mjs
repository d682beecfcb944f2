// The real binary with a store of its own, in a folder that goes with it.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const binary = process.env.WARIFU_BINARY;

/** Starts a service on a free port. The answer has its `url` and `stop`. */
export async function startService() {
  if (!binary) throw new Error("WARIFU_BINARY names no binary: run `cargo xtask pages`");
  const folder = mkdtempSync(join(tmpdir(), "warifu-pages-"));
  const passphrase = join(folder, "passphrase");
  writeFileSync(passphrase, "a test's root protects nothing\n");
  const data = join(folder, "data");
  const made = spawnSync(
    binary,
    ["init", "--data", data, "--passphrase-file", passphrase, "--token-file", join(folder, "token")],
    { encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`warifu init: ${made.stderr}`);
  const child = spawn(binary, ["serve", "--data", data, "--listen", "127.0.0.1:0", "--json"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /"url":\s*"([^"]+)"/.exec(line)?.[1];
    if (url) return { url: url.replace(/\/$/, ""), stop };
  }
  await stop();
  throw new Error("warifu serve told no address");
}
