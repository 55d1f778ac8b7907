import type { AbandonedRepository } from "../knowledge/supportEnds.ts";
import { shortened } from "../text.ts";
import { familiarName, type ImageReference } from "./reference.ts";
import { isOfficial, lineName, type SupportLine } from "./supportEnd.ts";

/** What is wrong with an image whose lines have ended, or soon do; nothing without a line. */
export function endMessage(lines: readonly SupportLine[], ended: boolean): string {
	const [first, second] = lines;
	if (first === undefined) return "";
	if (second !== undefined) return `${lineName(first)} and ${lineName(second)} ${ended ? "get" : "will soon get"} no more security fixes`;
	return ended
		? `${lineName(first)} has had no security fixes since ${first.ends}`
		: `${lineName(first)} gets no security fixes after ${first.ends}`;
}

/** What the names have to share of a message's length. */
const ROOM = 59;
const LEAST_OF_TAG = 14;
const MOST_OF_SUCCESSOR = 32;

/** What is wrong with an image that nobody updates, and what took its place. */
export function abandonedMessage(reference: ImageReference, { successor, ofTags, removed }: AbandonedRepository): string {
	const { registry, repository, tag = "", digest } = reference;
	const isNextDoor = successor.startsWith(`${registry}/`);
	const newer = shortened(isNextDoor ? successor.slice(registry.length + 1) : successor, MOST_OF_SUCCESSOR);
	const older = isNextDoor ? repository : familiarName(reference);
	if (removed?.test(tag) && isOfficial(reference) && digest === undefined)
		return `${shortened(`${older}:${tag}`, ROOM - newer.length)} was removed from Docker Hub, ${newer} took its place`;
	if (ofTags === undefined) return `${shortened(older, ROOM - newer.length)} is not updated any more, ${newer} took its place`;
	const shortTag = shortened(tag, Math.max(LEAST_OF_TAG, ROOM - newer.length - older.length));
	const name = shortened(older, ROOM - shortTag.length - newer.length);
	return `Tag ${shortTag} of ${name} gets no updates, ${newer} took its place`;
}
