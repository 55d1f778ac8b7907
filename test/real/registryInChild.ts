import { dockerCredentials } from "../../server/tools/credentials/dockerCredentials.ts";
import { helperRunner } from "../../server/tools/credentials/helper.ts";
import { problemOf, ToolError } from "../../server/tools/errors.ts";
import { registryClient } from "../../server/tools/registry/client.ts";
import { createRunner } from "../../server/tools/run.ts";

/** Prints, for each reference among the arguments, its digest or the problem, as one JSON list. Logins come from `DOCKER_CONFIG`. */
const client = registryClient({
	credentials: dockerCredentials({
		environment: process.env,
		homeFolder: "/nowhere",
		workspaceFolders: [],
		platform: process.platform,
		run: helperRunner(createRunner(), process.env),
	}),
	mirrors: [],
	now: Date.now,
	log: (line) => console.error(line),
});
const { signal } = new AbortController();
const answers = await Promise.all(
	process.argv.slice(2).map(async (reference) => {
		try {
			return (await client.resolveDigest(reference, { signal })).digest;
		} catch (error) {
			if (error instanceof ToolError) return problemOf(error);
			throw error;
		}
	}),
);
console.log(JSON.stringify(answers));
