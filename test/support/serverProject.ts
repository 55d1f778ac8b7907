import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { Diagnostic } from "vscode-languageserver-protocol/node";
import { type LanguageClient, startLanguageClient } from "./languageClient.ts";
import { type TemporaryProject, temporaryProject } from "./realContext.ts";

/** Brings minimist with a RUN and lodash with a COPY, on lines 2 and 5; never built before. The RUN takes long enough to be seen at work. */
const neverBuilt = (): string => `# orders
FROM debian:12
RUN mkdir -p /srv/node_modules/minimist \\
    && echo '{"name":"minimist","version":"1.2.5"}' > /srv/node_modules/minimist/package.json \\
    && sleep 1 && echo ${randomUUID()} > /srv/never-built-before
COPY node_modules /app/node_modules
USER 1000:1000
`;
/** Brings lodash. */
export const BILLING = "FROM debian:12\nCOPY package.json /app/node_modules/lodash/\nUSER 1000:1000\n";
const LODASH = '{"name":"lodash","version":"4.17.20","license":"MIT"}\n';
const FILES = {
	"orders ünï/node_modules/lodash/package.json": LODASH,
	"billing 中/Döcker file": BILLING,
	"billing 中/package.json": LODASH,
};

/** A language server over a workspace of two folders, whose names have spaces and letters of several scripts. */
export interface ServerProject {
	readonly client: LanguageClient;
	readonly project: TemporaryProject;
	/** URIs of the two open Dockerfiles. */
	readonly orders: string;
	readonly billing: string;
	/** What the first one says: no other project's build leaves its steps in the builder's cache. */
	readonly ordersText: string;
	/** An id that no other work has. */
	progressId(): number;
	stop(): Promise<void>;
}

/** Linting is off: all diagnostics are those of scans and builds. */
export async function startServerProject(): Promise<ServerProject> {
	const ordersText = neverBuilt();
	const project = temporaryProject({ ...FILES, "orders ünï/Dockerfile": ordersText }, "hullguard ünï 中 ");
	const orders = pathToFileURL(project.path("orders ünï/Dockerfile")).href;
	const billing = pathToFileURL(project.path("billing 中/Döcker file")).href;
	const client = await startLanguageClient({
		folders: [project.path("orders ünï"), project.path("billing 中")],
		settings: { scan: { offline: true, inline: "all" }, lint: { enable: false } },
	});
	await client.open(orders, ordersText);
	await client.open(billing, BILLING);
	let lastId = 0;
	return {
		client,
		project,
		orders,
		billing,
		ordersText,
		progressId: () => ++lastId,
		async stop() {
			await client.stop();
			project.remove();
		},
	};
}

/** The messages on a zero-based line. */
export function onLine(diagnostics: readonly Diagnostic[], line: number): string {
	return diagnostics
		.filter(({ range }) => range.start.line === line)
		.map(({ message }) => message)
		.join("\n");
}
