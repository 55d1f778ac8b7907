import { type CacheExport, sharedBackendOf } from "./cacheExport.ts";
import { composeDockerfile } from "./compose.ts";
import { yamlDocuments, yamlEntries, yamlItems, yamlText, yamlValue } from "./yamlScalars.ts";

/** The builds of a Compose file that export all layers: `build.cache_to`. Paths start from its folder. */
export function composeCacheExports(text: string): readonly CacheExport[] {
	const [document] = yamlDocuments(text);
	return yamlEntries(yamlValue(document?.contents, "services")).flatMap(([, service]) => {
		const build = yamlValue(service, "build");
		const dockerfile = composeDockerfile(build);
		const backend = sharedBackendOf(yamlItems(yamlValue(build, "cache_to")).map((item) => yamlText(item) ?? ""));
		const target = yamlText(yamlValue(build, "target"));
		if (dockerfile === undefined || backend === undefined || target?.includes("$")) return [];
		return [{ dockerfile, target, backend }];
	});
}
