import { applyEdits } from "../../server/core/text.ts";
import { createImageStore } from "../../server/operations/imageStore.ts";
import { pinFile } from "../../server/operations/pin.ts";
import { diskFiles } from "../../server/tools/files.ts";
import { type RegistryClient, registryClient } from "../../server/tools/registry/client.ts";
import { startRegistry, type TestRegistry } from "./registry.ts";

/** A workspace with many references to fewer images, and the registry that has them. */
export interface ManyPins {
	readonly registry: TestRegistry;
	/** A client that has asked nothing yet, with the store that the editor and the command line use. */
	newClient(): RegistryClient;
	/** Plans the pins of every file at once; answers from before `notBefore` do not count. */
	plan(client: RegistryClient, notBefore: number): Promise<PinnedAll>;
}

/** What became of all references. */
export interface PinnedAll {
	readonly references: number;
	readonly pinned: number;
	/** The new texts, by path. */
	readonly texts: ReadonlyMap<string, string>;
	readonly milliseconds: number;
}

const FILES = 300;
const IMAGES = 200;
/** Ten tags in each repository. */
const TAGS = 10;

/** 1,000 references of 200 images in 300 Dockerfiles. */
export async function manyPins(): Promise<ManyPins> {
	const registry = await startRegistry();
	const names = Array.from({ length: IMAGES }, (_, index) => {
		const [repository, tag] = [`team/image-${Math.floor(index / TAGS)}`, `1.${index % TAGS}`];
		registry.add(repository, tag, { platforms: ["linux/amd64", "linux/arm64"], salt: String(index) });
		return `${registry.host}/${repository}:${tag}`;
	});
	const files = dockerfiles(names);
	return {
		registry,
		newClient: () =>
			registryClient({
				credentials: async () => ({}),
				mirrors: [],
				now: Date.now,
				log: () => {},
				cache: createImageStore(undefined, diskFiles, () => {}).cache,
			}),
		async plan(client, notBefore) {
			const context = { signal: new AbortController().signal, progress: () => {}, now: () => new Date(), registry: client };
			const started = performance.now();
			const results = await Promise.all(
				[...files].map(async ([path, text]) => [path, text, await pinFile(path, text, context, { update: true, notBefore })] as const),
			);
			const milliseconds = performance.now() - started;
			const outcomes = results.flatMap(([, , result]) => result.outcomes);
			return {
				references: outcomes.length,
				pinned: outcomes.filter(({ state }) => state === "pinned").length,
				texts: new Map(results.map(([path, text, { edits }]) => [path, applyEdits(text, edits)])),
				milliseconds,
			};
		},
	};
}

/** Every third file has four references, the others three. */
function dockerfiles(names: readonly string[]): ReadonlyMap<string, string> {
	let next = 0;
	const name = (): string => names[next++ % names.length] as string;
	return new Map(
		Array.from({ length: FILES }, (_, index) => {
			const lines = [
				`FROM ${name()} AS build`,
				"WORKDIR /src",
				`RUN --mount=type=bind,from=${name()},target=/tools /tools/build --out /src/app`,
				`FROM ${name()}`,
				"COPY --from=build /src/app /app",
				...(index % 3 === 0 ? [`COPY --from=${name()} /etc/ssl/certs /etc/ssl/certs`] : []),
				"USER 10001:10001",
				'ENTRYPOINT ["/app"]',
				"",
			];
			return [`service-${index}/Dockerfile`, lines.join("\n")] as const;
		}),
	);
}
