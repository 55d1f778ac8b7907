import { createImageStore } from "../../server/operations/imageStore.ts";
import { diskFiles } from "../../server/tools/files.ts";

/** Keeps as many tags of a repository as the last argument says, and writes after each; starts when it is told to. */
const [path = "", name = "", count = "0"] = process.argv.slice(2);
const store = createImageStore(path, diskFiles, (line) => {
	console.error(line);
	process.exitCode = 1;
});
await store.load();
console.log("ready");
for await (const _ of process.stdin);
const digest = `sha256:${"a".repeat(64)}`;
const keep = (reference: string): void =>
	store.cache.keepDigest(reference, {
		digest,
		askedAt: Date.now(),
		registryHost: "h",
		mediaType: "application/vnd.oci.image.index.v1+json",
	});
for (let index = 0; index < Number(count); index++) {
	keep(`docker.io/library/${name}:${index}`);
	keep("docker.io/library/both:1");
	await store.flush();
}
