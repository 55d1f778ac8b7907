import { executableIn, searchFolders } from "../locate.ts";
import type { Runner } from "../run.ts";
import { type Credential, credentialOf } from "./credential.ts";

/** A call of a credential helper. */
export interface HelperCall {
	/** Absolute. */
	readonly path: string;
	readonly args: readonly string[];
	/** Written to standard input, which is then closed. */
	readonly input: string;
	/** After so long the process is ended and the call fails. */
	readonly timeoutMs: number;
	readonly signal: AbortSignal;
}

/**
 * Starts a helper by argument array, without a shell, and gives what it printed. Throws if it cannot be started or takes
 * too long, and an `AbortError` when the signal fires. The output holds a secret: it must not be logged.
 */
export type HelperRunner = (call: HelperCall) => Promise<{ readonly stdout: string; readonly exitCode: number }>;

/** What a helper said: a login, that it has none, or why it could not say. */
export type HelperAnswer =
	| { readonly kind: "credential"; readonly credential: Credential }
	| { readonly kind: "none" }
	| { readonly kind: "failed"; readonly reason: string };

/** With these words on standard output and an exit code, a helper says that it has no login. Source: docker-credential-helpers 0.9.8. */
const NONE = ["credentials not found in native keychain", "no credentials server URL", "no credentials username"];

/** Reads what `docker-credential-NAME get` printed. The reason for a failure never repeats the output, which may hold a secret. */
export function readHelperAnswer(output: { readonly stdout: string; readonly exitCode: number }): HelperAnswer {
	const text = output.stdout.trim();
	if (output.exitCode !== 0)
		return NONE.some((words) => text.includes(words))
			? { kind: "none" }
			: { kind: "failed", reason: `ended with exit code ${output.exitCode}` };
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		return { kind: "failed", reason: "printed something that is not JSON" };
	}
	const { Username: user, Secret: secret } = (parsed ?? {}) as { readonly Username?: unknown; readonly Secret?: unknown };
	if (typeof user !== "string" || typeof secret !== "string") return { kind: "failed", reason: "printed no user name and secret" };
	const credential = credentialOf(user, secret);
	return credential === undefined ? { kind: "none" } : { kind: "credential", credential };
}

/** Where helpers are looked for. */
export interface HelperSearch {
	/** Its PATH is searched. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Nothing inside them is ever run. */
	readonly workspaceFolders: readonly string[];
	/** `process.platform`. */
	readonly platform: string;
}

/** Whether a configuration may name this helper: it becomes part of a program's name. */
export function isHelperName(name: string): boolean {
	return /^[A-Za-z0-9._-]+$/.test(name);
}

/** The absolute path of `docker-credential-NAME` on the PATH, outside the workspace; undefined if there is none. */
export function findHelper(name: string, search: HelperSearch): string | undefined {
	const { environment, workspaceFolders, platform } = search;
	const program = `docker-credential-${name}${platform === "win32" ? ".exe" : ""}`;
	return executableIn(searchFolders(environment, workspaceFolders, platform), [program], workspaceFolders);
}

/** Runs helpers as every other program is run: in a process group of its own, without a shell. Their output is never logged. */
export function helperRunner(runner: Runner, environment: Readonly<Record<string, string | undefined>>): HelperRunner {
	return async ({ path, args, input, timeoutMs, signal }) =>
		await runner.run({ tool: "docker", args, input, timeoutMs, acceptedExitCodes: "any" }, { path, environment, signal });
}
