import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { type ImageOptions, makeImage, OCI_INDEX, OCI_MANIFEST, type StoredContent, type StoredImage, sha256 } from "./registryContent.ts";

/**
 * A registry of the tests' own, on a loopback port. It answers as a real one does, asks for logins as real ones do, and does every
 * wrong thing that a test wants.
 */
export interface TestRegistry {
	/** `127.0.0.1:PORT`, or `localhost:PORT` with TLS. */
	readonly host: string;
	readonly port: number;
	/** Everything that arrived, in order. */
	readonly requests: SeenRequest[];
	/** What happens instead of the usual answer; nothing without it. */
	fault: (request: SeenRequest) => Fault | undefined;
	/** How many requests were answered at the same time, at most. */
	readonly mostAtOnce: () => number;
	/** How many connections spoke no http: with TLS, where there is none. */
	readonly notHttp: () => number;
	/** Stores an image under a tag and gives its digests. */
	add(repository: string, tag: string, options?: ImageOptions): StoredImage;
	/** Stores any content under a tag. */
	put(repository: string, tag: string, content: StoredContent): void;
	close(): Promise<void>;
}

export interface SeenRequest {
	readonly method: string;
	/** Without the query. */
	readonly path: string;
	readonly query: URLSearchParams;
	readonly authorization: string | undefined;
	readonly accept: string | undefined;
	readonly ifNoneMatch: string | undefined;
	readonly host: string | undefined;
	/** Form fields of a POST. */
	readonly form: URLSearchParams;
}

/** Something else than the usual answer. */
export type Fault =
	| { readonly kind: "answer"; readonly status: number; readonly headers?: Record<string, string>; readonly body?: string | Uint8Array }
	/** Never answers; says when the other side has given up. */
	| { readonly kind: "silence"; readonly closed?: () => void }
	/** Closes the connection without a word. */
	| { readonly kind: "reset" }
	/** Sends without end, until nobody listens any more; says then how many bytes that were. */
	| { readonly kind: "endless"; readonly closed?: (bytes: number) => void }
	/** The usual answer, but only once the promise resolves. */
	| { readonly kind: "after"; readonly promise: Promise<unknown> };

export interface TestRegistryOptions {
	readonly auth?: "none" | "basic" | "bearer";
	readonly user?: string;
	readonly password?: string;
	/** What `grant_type=refresh_token` is answered for. */
	readonly identityToken?: string;
	/** The token service that challenges name; the registry's own by default. It is played under the path of this address. */
	readonly realm?: string;
	/** What challenges call the registry; empty for none. */
	readonly service?: string;
	/** The host that blobs are served from, behind a redirect: without a login, and where one comes along, not at all. */
	readonly blobHost?: string;
	readonly tokenSeconds?: number;
	/** Whether lists of tags have an ETag, and are not sent again to who has that. */
	readonly etags?: boolean;
	/** Whether it knows what refers to a manifest (OCI distribution-spec 1.1). */
	readonly referrers?: boolean;
	readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
}

/** Starts a registry on a free port. */
export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
	const state: State = { options, contents: new Map(), tags: new Map(), tokens: 0, requests: [], running: 0, mostAtOnce: 0, origin: "" };
	let fault: TestRegistry["fault"] = () => undefined;
	const listener = (request: IncomingMessage, response: ServerResponse): void => {
		state.running++;
		state.mostAtOnce = Math.max(state.mostAtOnce, state.running);
		response.on("close", () => state.running--);
		void seen(request).then(async (entry) => {
			state.requests.push(entry);
			const wrong = fault(entry);
			if (wrong?.kind === "after") await wrong.promise;
			else if (wrong !== undefined) return misbehave(wrong, request, response);
			answer(state, entry, response);
		});
	};
	const server = options.tls === undefined ? http.createServer(listener) : https.createServer(options.tls, listener);
	let notHttp = 0;
	server.on("clientError", (_, socket) => {
		notHttp++;
		socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const host = `${options.tls === undefined ? "127.0.0.1" : "localhost"}:${port}`;
	state.origin = `${options.tls === undefined ? "http" : "https"}://${host}`;
	const put = (repository: string, tag: string, stored: StoredContent): void => {
		state.contents.set(stored.digest, stored);
		state.tags.set(`${repository}:${tag}`, stored);
	};
	return {
		host,
		port,
		requests: state.requests,
		get fault() {
			return fault;
		},
		set fault(next) {
			fault = next;
		},
		mostAtOnce: () => state.mostAtOnce,
		notHttp: () => notHttp,
		add(repository, tag, imageOptions) {
			const image = makeImage(imageOptions);
			for (const stored of image.all) state.contents.set(stored.digest, stored);
			put(repository, tag, image.top);
			return image;
		},
		put,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

interface State {
	readonly options: TestRegistryOptions;
	readonly contents: Map<string, StoredContent>;
	readonly tags: Map<string, StoredContent>;
	readonly requests: SeenRequest[];
	tokens: number;
	running: number;
	mostAtOnce: number;
	origin: string;
}

async function seen(request: IncomingMessage): Promise<SeenRequest> {
	const parts: Buffer[] = [];
	for await (const chunk of request) parts.push(chunk as Buffer);
	const url = new URL(request.url ?? "/", "http://test");
	const { authorization, accept, host, "if-none-match": ifNoneMatch } = request.headers;
	const form = new URLSearchParams(Buffer.concat(parts).toString("utf8"));
	return { method: request.method ?? "", path: url.pathname, query: url.searchParams, authorization, accept, ifNoneMatch, host, form };
}

function misbehave(fault: Exclude<Fault, { kind: "after" }>, request: IncomingMessage, response: ServerResponse): void {
	switch (fault.kind) {
		case "silence":
			response.on("close", () => fault.closed?.());
			return;
		case "reset":
			request.socket.destroy();
			return;
		case "endless": {
			response.writeHead(200, { "content-type": "application/vnd.oci.image.index.v1+json" });
			let bytes = 0;
			const more = (): void => {
				do bytes += 64 * 1024;
				while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, " ")));
			};
			response.on("drain", more);
			response.on("close", () => fault.closed?.(bytes));
			more();
			return;
		}
		case "answer":
			response.writeHead(fault.status, fault.headers ?? {});
			response.end(request.method === "HEAD" ? undefined : (fault.body ?? ""));
	}
}

function answer(state: State, request: SeenRequest, response: ServerResponse): void {
	const json = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
		const text = JSON.stringify(body);
		response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text), ...headers });
		response.end(request.method === "HEAD" ? undefined : text);
	};
	if (request.path === tokenPath(state.options)) {
		giveToken(state, request, json);
		return;
	}
	const { blobHost } = state.options;
	if (blobHost !== undefined && request.host === blobHost) {
		giveBlob(state, request, response);
		return;
	}
	const challenge = challengeFor(state, request);
	if (challenge !== undefined) {
		json(401, { errors: [{ code: "UNAUTHORIZED", message: "login" }] }, { "www-authenticate": challenge });
		return;
	}
	const match = /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/.exec(request.path);
	const [, repository = "", kind, name = ""] = match ?? [];
	if (kind === "tags") {
		const prefix = `${repository}:`;
		const tags = [...state.tags.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
		const etag = `"${sha256(tags.join())}"`;
		if (state.options.etags === true && request.ifNoneMatch === etag) {
			response.writeHead(304, { etag });
			response.end();
		} else json(200, { name: repository, tags }, state.options.etags === true ? { etag } : {});
		return;
	}
	if (kind === "referrers" && state.options.referrers === true) {
		json(200, referrersOf(state, name), { "content-type": OCI_INDEX });
		return;
	}
	if (kind === "blobs" && blobHost !== undefined) {
		response.writeHead(307, { location: `https://${blobHost}/${name}?signature=secret` });
		response.end();
		return;
	}
	const stored = kind === "referrers" ? undefined : (state.tags.get(`${repository}:${name}`) ?? state.contents.get(name));
	const unknown = kind === "blobs" ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN";
	if (kind === undefined || stored === undefined) {
		json(404, { errors: [{ code: unknown, message: "unknown" }] });
		return;
	}
	response.writeHead(200, {
		"content-type": stored.mediaType,
		"content-length": stored.bytes.length,
		"docker-content-digest": sha256(stored.bytes),
	});
	response.end(request.method === "HEAD" ? undefined : stored.bytes);
}

/** The manifests whose subject has a digest, as an index. */
function referrersOf({ contents }: State, digest: string): unknown {
	const manifests = [...contents.values()].flatMap(({ mediaType, bytes, digest: own }) => {
		if (mediaType !== OCI_MANIFEST) return [];
		const { subject, artifactType, annotations } = JSON.parse(bytes.toString("utf8")) as {
			readonly subject?: { readonly digest?: string };
			readonly artifactType?: string;
			readonly annotations?: unknown;
		};
		return subject?.digest === digest ? [{ mediaType, digest: own, size: bytes.length, artifactType, annotations }] : [];
	});
	return { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
}

function challengeFor(state: State, request: SeenRequest): string | undefined {
	const { auth = "none", realm, service = "test registry" } = state.options;
	if (auth === "basic") return request.authorization === basicOf(state.options) ? undefined : 'Basic realm="test"';
	if (auth === "none") return undefined;
	const token = /^Bearer token-(\d+)$/.exec(request.authorization ?? "")?.[1];
	if (token !== undefined && Number(token) <= state.tokens) return undefined;
	const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//.exec(request.path)?.[1] ?? "";
	const named = service === "" ? "" : `,service="${service}"`;
	return `Bearer realm="${realm ?? `${state.origin}/token`}"${named},scope="repository:${repository}:pull"`;
}

function tokenPath({ realm }: TestRegistryOptions): string {
	return realm === undefined || !URL.canParse(realm) ? "/token" : new URL(realm).pathname;
}

/** As stores of objects do: the address itself is the permission, and a login beside it is one too many. */
function giveBlob(state: State, { path, authorization }: SeenRequest, response: ServerResponse): void {
	const stored = state.contents.get(path.slice(1));
	response.writeHead(authorization !== undefined ? 400 : stored === undefined ? 404 : 200, { "content-type": "application/octet-stream" });
	response.end(authorization === undefined ? stored?.bytes : undefined);
}

function giveToken(state: State, request: SeenRequest, json: (status: number, body: unknown) => void): void {
	const { user, identityToken, tokenSeconds } = state.options;
	const refused = user !== undefined && request.authorization !== basicOf(state.options);
	if (request.method === "POST" ? request.form.get("refresh_token") !== identityToken : refused) {
		json(401, { errors: [{ code: "UNAUTHORIZED", message: "wrong login" }] });
		return;
	}
	state.tokens++;
	const token = `token-${state.tokens}`;
	json(200, {
		...(request.method === "POST" ? { access_token: token } : { token }),
		...(tokenSeconds === undefined ? {} : { expires_in: tokenSeconds }),
	});
}

function basicOf({ user = "", password = "" }: TestRegistryOptions): string {
	return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
