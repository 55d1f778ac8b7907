import { pinFixes } from "../../digest/pinFixes.ts";
import { officialName } from "../../dockerfile/base/baseFacts.ts";
import { imageUsesOf, tagSpan } from "../../dockerfile/variables/imageUses.ts";
import { matchesGlob } from "../../glob.ts";
import { DOCKER_HUB, familiarName, type ImageReference, isLocalImage } from "../../image/reference.ts";
import { abandonedRepository } from "../../image/supportEnd.ts";
import { PLAIN_CODENAMES } from "../../knowledge/supportEnds.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Names that owners give to whatever is newest of its kind. */
const MOVING = new Set([
	"alpha",
	"beta",
	"canary",
	"current",
	"daily",
	"dev",
	"develop",
	"devel",
	"edge",
	"head",
	"lts",
	"main",
	"mainline",
	"master",
	"next",
	"nightly",
	"oldstable",
	"rawhide",
	"release",
	"rolling",
	"sid",
	"snapshot",
	"stable",
	"testing",
	"trunk",
	"tumbleweed",
	"unstable",
]);
const DISTROLESS = new Set(["nonroot", "debug"]);
/** A date, a build number or a commit says which one of the moving ones is meant. */
const EXACT_PART = /^\d{4,}|^\d+\.\d+|^(?=[0-9a-f]*\d)[0-9a-f]{7,}$/;
/** Official images name a variant without a version after it, or after what it is built on: whatever release is newest. */
const VARIANT = /^(?:\D+|(?:alpine|jdk|jre|php)\d[\d.]*)$/;
/** Registries take no longer names. */
const LONGEST = 500;
const OFFICIAL = `${DOCKER_HUB}/library/`;
/** Distributions whose releases have one number. */
const ONE_NUMBER = new Set(["fedora", "amazonlinux", "photon"].map((name) => `${OFFICIAL}${name}`));

const DIGEST = `sha256:${"1".repeat(64)}`;

export const baseImageFloatingTag = defineRule({
	id: "base-image-floating-tag",
	title: "The tag of the base image is one that is moved by design",
	category: "base-image",
	severity: "info",
	strictSeverity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "Some tags do not name a release but a stream of them: `lts` is another major version after some autumn, `edge` another system every day, `22` another minor version every month. Two builds of one commit differ, and a failure appears where nobody changed anything.",
	remedy:
		"Name the release that was tested, or keep the tag and freeze it with its digest, which an update bot moves with a commit. Where only moving tags are published, the digest is the only pin there is. `exact` lists tags that are exact enough for a team (`debian:bookworm*`), `floating` adds patterns of one's own (`node:22.*`).",
	references: [
		"https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
		"https://docs.docker.com/dhi/core-concepts/digests/",
	],
	options: [
		{ name: "exact", description: "References that are exact enough, as `repository:tag` with `*`.", default: [] },
		{ name: "floating", description: "Further references that are not exact enough, as `repository:tag` with `*`.", default: [] },
	],
	examples: [
		{
			caption: "Whatever has long-term support that day",
			bad: 'FROM node:«lts-alpine»\nCOPY . /app\nCMD ["node", "/app/server.js"]\n',
			fixed:
				'FROM node:lts-alpine@sha256:1111111111111111111111111111111111111111111111111111111111111111\nCOPY . /app\nCMD ["node", "/app/server.js"]\n',
			answer: "sha256:1111111111111111111111111111111111111111111111111111111111111111",
		},
		{ caption: "A release", good: 'FROM node:22.11-alpine\nCOPY . /app\nCMD ["node", "/app/server.js"]\n' },
		{
			caption: "Streams",
			bad: "FROM node:«lts-alpine» AS a\nFROM rust:«nightly»\nCOPY --from=a /a /a\n",
			fixed: `FROM node:lts-alpine@${DIGEST} AS a\nFROM rust:nightly@${DIGEST}\nCOPY --from=a /a /a\n`,
			answer: DIGEST,
		},
		{
			caption: "Code names, and a number alone",
			bad: "FROM debian:«bookworm-slim»\nFROM buildpack-deps:«noble»\nFROM node:«22-alpine»\nFROM gcr.io/distroless/static:«nonroot»\n",
			fixed: `FROM debian:bookworm-slim@${DIGEST}\nFROM buildpack-deps:noble@${DIGEST}\nFROM node:22-alpine@${DIGEST}\nFROM gcr.io/distroless/static:nonroot@${DIGEST}\n`,
			answer: DIGEST,
		},
		{
			caption: "Official images under the names of architectures and mirrors",
			bad: "FROM amd64/buildpack-deps:«resolute-curl»\nFROM public.ecr.aws/docker/library/node:«22»\n",
			fixed: `FROM amd64/buildpack-deps:resolute-curl@${DIGEST}\nFROM public.ecr.aws/docker/library/node:22@${DIGEST}\n`,
			answer: DIGEST,
		},
		{
			caption: "The variant alone, of whatever release is newest",
			bad: "FROM python:«slim»\nFROM node:«alpine»\nFROM golang:«alpine3.22»\nFROM rust:«slim-bookworm»\nFROM gradle:«jdk21»\nFROM docker:«dind»\nFROM traefik:«v3»\n",
			fixed: `FROM python:slim@${DIGEST}\nFROM node:alpine@${DIGEST}\nFROM golang:alpine3.22@${DIGEST}\nFROM rust:slim-bookworm@${DIGEST}\nFROM gradle:jdk21@${DIGEST}\nFROM docker:dind@${DIGEST}\nFROM traefik:v3@${DIGEST}\n`,
			answer: DIGEST,
		},
		{
			caption: "What is newest, of one kind",
			bad: "FROM tfaddons/dev_container:«latest-cpu»\nFROM acme/app:«alpine-latest»\n",
			fixed: `FROM tfaddons/dev_container:latest-cpu@${DIGEST}\nFROM acme/app:alpine-latest@${DIGEST}\n`,
			answer: DIGEST,
		},
		{
			caption: "From an ARG",
			bad: "ARG TAG=stable\nFROM «debian:$TAG»\n",
			fixed: `ARG TAG=stable@${DIGEST}\nFROM debian:$TAG\n`,
			answer: DIGEST,
		},
		{
			caption: "What a team calls floating",
			bad: "FROM acme/base:«1.2»\n",
			fixed: `FROM acme/base:1.2@${DIGEST}\n`,
			answer: DIGEST,
			options: { floating: ["acme/*:*"] },
		},
		{
			caption: "Releases, dates, commits, and what is frozen",
			good: `FROM node:22.11-alpine\nFROM debian:bookworm-20250113-slim\nFROM acme/app:main-3f2a1b0c\nFROM acme/app:nightly-2026-11-01\nFROM acme/app:7\nFROM fedora:44\nFROM amd64/fedora:44\nFROM acme/tool:resolute\nFROM ubuntu:24.04\nFROM node:lts@${DIGEST}\nFROM rust:1-nightly-2026\nFROM acme/tool:stable1\nFROM acme/tool:latest-2026.11\nFROM acme/tool:1.2.3-latest\nFROM node:latest\nFROM localhost/app:stable\nFROM acme/app:slim\nFROM couchbase:community-7.6.2\nFROM archlinux:base-20240101.0.204074\n`,
		},
		{
			caption: "Nobody moves the tags of what is not updated any more",
			good: "FROM armhf/python:3\nFROM aarch64/debian:stable\nFROM openjdk:17-jdk-slim\nFROM centos:7\n",
		},
		{ caption: "Exact enough", good: "FROM debian:bookworm-slim\nFROM node:22\n", options: { exact: ["debian:bookworm*", "node:*"] } },
	],
	check(file, { options }) {
		const exact = options["exact"] as readonly string[];
		const floating = options["floating"] as readonly string[];
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const { reference, step } = use;
			if (use.kind !== "from" || reference.digest !== undefined || reference.tag === undefined || reference.tag === "latest") continue;
			if (isLocalImage(reference)) continue;
			const shown = `${familiarName(reference)}:${reference.tag}`;
			if (shown.length > LONGEST || exact.some((pattern) => matchesGlob(pattern, shown))) continue;
			if (!isMoving(reference) && !floating.some((pattern) => matchesGlob(pattern, shown))) continue;
			reports.push({
				span: tagSpan(use),
				message: `${shortened(shown, 60)} is a tag that is moved by design`,
				...(step?.stage.use === "unused" ? { severity: "hint" as const } : {}),
				fixes: () => pinFixes(file, use, `Pin ${familiarName(reference)} to what ${reference.tag} is now`),
			});
		}
		return reports;
	},
});

function isMoving(reference: ImageReference): boolean {
	// What nobody updates any more stays where it is.
	if (abandonedRepository(reference) !== undefined) return false;
	const [first = "", ...rest] = reference.tag?.split("-") ?? [];
	return mayMove(reference, first, rest.at(-1)) && !rest.some((part) => EXACT_PART.test(part));
}

/** Whether a tag moves by what its first and its last part say. */
function mayMove(reference: ImageReference, first: string, last: string | undefined): boolean {
	if (MOVING.has(first) || first === "latest" || (last === "latest" && !/^v?\d+\.\d/.test(first))) return true;
	if (reference.registry === "gcr.io" && reference.repository.startsWith("distroless/")) return DISTROLESS.has(first);
	if (PLAIN_CODENAMES.has(first)) return true;
	const isNumber = /^v?\d{1,2}$/.test(first);
	if (!isNumber && !VARIANT.test(first)) return false;
	const name = officialName(reference);
	return name.startsWith(OFFICIAL) && !(isNumber && ONE_NUMBER.has(name));
}
