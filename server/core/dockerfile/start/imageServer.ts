import { SERVER_IMAGES } from "../../knowledge/servers.ts";
import { ownValue } from "../../ownValue.ts";
import { officialName } from "../base/baseFacts.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { containerStart } from "./containerStart.ts";

/** The server that the base image of a stage starts by itself, whatever the file makes of it; undefined for others. */
export function baseServer(stage: Stage): string | undefined {
	const base = rootBase(stage);
	if (base.kind !== "image") return undefined;
	const name = officialName(base.reference);
	const { tag = "" } = base.reference;
	// One repository for several servers, and for none.
	if (name === "docker.io/library/php") return /fpm/.test(tag) ? "php-fpm" : /apache/.test(tag) ? "apache2-foreground" : undefined;
	return ownValue(SERVER_IMAGES, name);
}

/** The server of the base image where the file leaves it alone; undefined where it names an entry point or a command. */
export function imageServer(stage: Stage): string | undefined {
	const { entrypoint, command } = containerStart(stage);
	return entrypoint === undefined && command === undefined ? baseServer(stage) : undefined;
}
