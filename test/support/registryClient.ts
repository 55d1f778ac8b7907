import assert from "node:assert/strict";
import { type Credential, credentialOf } from "../../server/tools/credentials/credential.ts";
import { isCancellation, ToolError, type ToolErrorKind } from "../../server/tools/errors.ts";
import { type RegistryClient, type RegistryClientOptions, registryClient } from "../../server/tools/registry/client.ts";

/** A signal that never fires. */
export const NEVER = new AbortController().signal;

/** A client with the given login, and the lines that it logged. */
export function clientWith(options: Partial<RegistryClientOptions> & { readonly login?: Credential | undefined } = {}): {
	readonly client: RegistryClient;
	readonly lines: string[];
} {
	const lines: string[] = [];
	const { login } = options;
	const client = registryClient({
		credentials: async () => (login === undefined ? {} : { credential: login }),
		mirrors: [],
		now: () => Date.now(),
		log: (line) => lines.push(line),
		...options,
	});
	return { client, lines };
}

export function password(user: string, secret: string): Credential {
	const credential = credentialOf(user, secret);
	assert.ok(credential);
	return credential;
}

/** The ToolError that a promise rejects with; any other outcome fails the test. */
export async function toolError(kind: ToolErrorKind, promise: Promise<unknown>): Promise<ToolError> {
	const error = await promise.then(
		(value) => assert.fail(`no error, but ${JSON.stringify(value)}`),
		(reason: unknown) => reason,
	);
	assert.ok(error instanceof ToolError, `not a ToolError: ${String(error)}`);
	assert.equal(error.kind, kind, error.message);
	assert.ok(error.hint?.endsWith("."), `no hint: ${error.message}`);
	return error;
}

/** Passes if the promise rejects because somebody cancelled. */
export async function cancelled(promise: Promise<unknown>): Promise<void> {
	await assert.rejects(promise, (error: unknown) => isCancellation(error));
}
