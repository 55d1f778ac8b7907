import { DOCKER_HUB } from "../../core/image/reference.ts";
import { ToolError } from "../errors.ts";
import type { HttpAnswer } from "./exchange.ts";
import { durationInWords, type RateLimit, rateLimitOf } from "./rateLimit.ts";

/** With which login a registry was asked. */
export interface LoginState {
	/** The name of the registry, as `docker login` takes it. */
	readonly registry: string;
	readonly used: boolean;
	/** Why there is none, where somebody knows. */
	readonly note: string | undefined;
}

/** The codes of the distribution specification. Others are not repeated: an answer could quote what we sent. */
const CODES = new Set([
	"BLOB_UNKNOWN",
	"BLOB_UPLOAD_INVALID",
	"BLOB_UPLOAD_UNKNOWN",
	"DENIED",
	"DIGEST_INVALID",
	"MANIFEST_BLOB_UNKNOWN",
	"MANIFEST_INVALID",
	"MANIFEST_UNKNOWN",
	"NAME_INVALID",
	"NAME_UNKNOWN",
	"SIZE_INVALID",
	"TOOMANYREQUESTS",
	"UNAUTHORIZED",
	"UNKNOWN",
	"UNSUPPORTED",
]);

/** The error for an answer that is not what was asked for. `subject` is the image as people write it; `now` in milliseconds. */
export function refusal(answer: HttpAnswer, subject: string, login: LoginState, now: number): ToolError {
	const { host } = answer.url;
	const { status } = answer;
	const detail = [`${host}: HTTP ${status}`, ...codesOf(answer.body)].join(", ");
	if (status === 401 || status === 403)
		return new ToolError("denied", `${subject} does not exist on ${host}, or needs a login`, { hint: loginHint(login), detail });
	if (status === 404)
		return new ToolError("notFound", `${host} has no ${subject}`, { hint: "Check the spelling of the name and the tag.", detail });
	if (status === 429) {
		const limit = rateLimitOf(host, status, answer.headers, now);
		if (limit !== undefined) return rateLimited(limit, now);
	}
	if (status >= 500)
		return new ToolError("failed", `${host} has trouble of its own (HTTP ${status})`, {
			hint: "Try again later; nothing was changed.",
			detail,
		});
	return new ToolError("badOutput", `${host} does not answer as a registry does (HTTP ${status})`, {
		hint: "Check the name of the registry, and whether a proxy answers in its place.",
		detail,
	});
}

/** The error for a host that wants to be left alone. */
export function rateLimited(limit: RateLimit, now: number): ToolError {
	const again = limit.retryAt === undefined ? "Try again later" : `Try again in ${durationInWords((limit.retryAt - now) / 1000)}`;
	const window = limit.windowSeconds === undefined ? "" : ` in ${durationInWords(limit.windowSeconds)}`;
	const allowed = limit.limit === undefined ? "" : `; ${limit.limit} requests${window} are allowed`;
	return new ToolError("rateLimited", `${limit.host} was asked too often${allowed}`, {
		hint: limit.host.endsWith(".docker.io") ? `${again}; Docker Hub allows more with a login (\`docker login\`).` : `${again}.`,
		detail: `${limit.host}: HTTP 429, ${limit.remaining ?? "?"} of ${limit.limit ?? "?"} requests left`,
	});
}

/** The error for a token service that does not take the login, or gives nobody a token. */
export function tokenRefusal(answer: HttpAnswer, login: LoginState, now: number): ToolError {
	const { status, url } = answer;
	if (status === 400 || status === 401 || status === 403) {
		const message = login.used ? `${url.host} refuses the stored login` : `${url.host} gives no access without a login`;
		return new ToolError("denied", message, { hint: loginHint(login), detail: `${url.host}: HTTP ${status}` });
	}
	return refusal(answer, "such token service", login, now);
}

function loginHint(login: LoginState): string {
	const command = login.registry === DOCKER_HUB ? "docker login" : `docker login ${login.registry}`;
	if (login.used) return `The stored login is not enough: check the name, or run \`${command}\` again.`;
	const hint = `Check the name; if it is private, run \`${command}\`.`;
	return login.note === undefined ? hint : `${hint} ${login.note}.`;
}

function codesOf(body: Uint8Array): readonly string[] {
	try {
		const parsed = JSON.parse(Buffer.from(body).toString("utf8")) as { readonly errors?: readonly { readonly code?: unknown }[] } | null;
		const codes = (parsed?.errors ?? []).map((error) => error?.code);
		return codes.filter((code): code is string => typeof code === "string" && CODES.has(code)).slice(0, 5);
	} catch {
		return [];
	}
}
