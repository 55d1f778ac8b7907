import { pinFixes } from "../../digest/pinFixes.ts";
import { imageUsesOf, tagSpan } from "../../dockerfile/variables/imageUses.ts";
import { familiarName } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const DIGEST = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

export const baseImageLatestTag = defineRule({
	id: "base-image-latest-tag",
	title: "The base image is whatever latest is",
	category: "base-image",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3007"],
		["trivy", "DS-0001"],
		["checkov", "CKV_DOCKER_7"],
		["kics", "f45ea400-6bbe-4501-9fc7-1c3d75c32067"],
		["semgrep", "avoid-latest-version"],
		["sonar", "S6596"],
		["dockle", "DKL-DI-0006"],
		["dockerfilelint", "latest_tag"],
		["droast", "DF001", "DF024"],
		["terrascan", "AC_DOCKER_0041"],
	),
	why: "`latest` names no version. It moves with every release, major ones included, and what it was last week cannot be found out. A build that works today fails tomorrow, or works and ships something else.",
	remedy:
		"Name the version that the project is made for, `name:1.2`, and pin it to a digest. The repair here keeps what is built today: it adds the digest that the registry has for the tag now.",
	references: ["https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"],
	options: [{ name: "tags", description: "Tags that count as latest.", default: ["latest"] }],
	examples: [
		{
			caption: "Whatever is newest on the day of the build",
			bad: 'FROM node:«latest»\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n',
			fixed:
				'FROM node:latest@sha256:1111111111111111111111111111111111111111111111111111111111111111\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n',
			answer: "sha256:1111111111111111111111111111111111111111111111111111111111111111",
		},
		{
			caption: "The tag of the day",
			bad: "FROM --platform=linux/amd64 node:«latest» AS build\nFROM localhost:5000/app:«latest»\nCOPY --from=build /a /a\n",
			fixed: `FROM --platform=linux/amd64 node:latest@${DIGEST} AS build\nFROM localhost:5000/app:latest@${DIGEST}\nCOPY --from=build /a /a\n`,
			answer: DIGEST,
		},
		{
			caption: "It comes from an ARG: that is where the digest belongs",
			bad: "ARG TAG='latest'\nARG BASE=alpine:latest\nFROM «node:${TAG}»\nFROM «$BASE»\n",
			fixed: `ARG TAG='latest@${DIGEST}'\nARG BASE=alpine:latest@${DIGEST}\nFROM node:\${TAG}\nFROM $BASE\n`,
			answer: DIGEST,
		},
		{ caption: "The ARG is used for something else, too", bad: "ARG TAG=latest\nFROM «node:$TAG»\nFROM «alpine:$TAG»\n" },
		{
			caption: "Other names for the same",
			bad: "FROM acme/base:«current»\n",
			fixed: `FROM acme/base:current@${DIGEST}\n`,
			answer: DIGEST,
			options: { tags: ["latest", "current"] },
		},
		{ caption: "A digest freezes it", good: `FROM node:latest@${DIGEST}\n` },
		{
			caption: "Other tags, and stages",
			good: "ARG TAG\nFROM node:22 AS latest\nFROM latest\nFROM node:latest-slim\nFROM node:$TAG\nFROM scratch\n",
		},
	],
	check(file, { options }) {
		const tags = options["tags"] as readonly string[];
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const { tag, digest } = use.reference;
			if (use.kind !== "from" || digest !== undefined || tag === undefined || !tags.includes(tag)) continue;
			const name = familiarName(use.reference);
			reports.push({
				span: tagSpan(use),
				message: `${shortened(name, 42)}:${shortened(tag, 20)} is another image with every release`,
				...(use.step?.stage.use === "unused" ? { severity: "info" as const } : {}),
				fixes: () => pinFixes(file, use, `Pin ${name} to what ${tag} is now`),
			});
		}
		return reports;
	},
});
