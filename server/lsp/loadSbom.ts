import { imageSbom } from "../operations/sbom.ts";
import type { Waiter } from "./exclusive.ts";
import type { Results } from "./results.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** Makes the packages of an image those that the SBOM view shows. */
export async function loadSbom(state: ServerState, work: Work, results: Results, reference: string, waiter: Waiter): Promise<void> {
	await work.run(`sbom ${reference}`, "join", waiter, async (shared) => {
		const offline = (await state.settings.get())["scan.offline"];
		results.keepSbom(await imageSbom(await work.context(undefined, shared), { reference, offline }));
	});
}
