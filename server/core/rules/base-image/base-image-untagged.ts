import { pinFixes } from "../../digest/pinFixes.ts";
import { imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import { familiarName } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const DIGEST = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

export const baseImageUntagged = defineRule({
	id: "base-image-untagged",
	title: "The base image has no tag",
	category: "base-image",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["hadolint", "DL3006"],
			["trivy", "DS-0001"],
			["checkov", "CKV_DOCKER_7"],
			["kics", "9efb0b2d-89c9-41a3-91ca-dcc0aec911fd"],
			["semgrep", "missing-image-version"],
			["sonar", "S6596"],
			["dockerfilelint", "missing_tag"],
			["droast", "DF001"],
		),
		...similar(["scorecard", "containerImage"]),
	],
	why: "Without a tag the builder takes `latest`: whatever the image's owner has given that name last. The next major version, another distribution or another default user arrives with some build, without a commit that says so, and nobody can tell afterwards what an image was built from.",
	remedy:
		"Name the version that the project is made for, `name:1.2`, and pin it to a digest. The repair here keeps what is built today: it writes out `latest` and adds the digest that the registry has for it.",
	references: ["https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"],
	examples: [
		{
			caption: "The registry decides which version it is",
			bad: 'FROM «python»\nCOPY . /app\nCMD ["python", "/app/main.py"]\n',
			fixed:
				'FROM python:latest@sha256:1111111111111111111111111111111111111111111111111111111111111111\nCOPY . /app\nCMD ["python", "/app/main.py"]\n',
			answer: "sha256:1111111111111111111111111111111111111111111111111111111111111111",
		},
		{ caption: "With a tag", good: 'FROM python:3.13-slim\nCOPY . /app\nCMD ["python", "/app/main.py"]\n' },
		{
			caption: "The registry decides",
			bad: "FROM --platform=$BUILDPLATFORM «golang» AS build # tools\nFROM «localhost:5000/team/app»\nCOPY --from=build /a /a\n",
			fixed: `FROM --platform=$BUILDPLATFORM golang:latest@${DIGEST} AS build # tools\nFROM localhost:5000/team/app:latest@${DIGEST}\nCOPY --from=build /a /a\n`,
			answer: DIGEST,
		},
		{
			caption: "The name comes from an ARG: that is where the tag belongs",
			bad: 'ARG BASE="debian"\nFROM «${BASE}»\nFROM «$BASE» AS again\n',
			fixed: `ARG BASE="debian:latest@${DIGEST}"\nFROM \${BASE}\nFROM $BASE AS again\n`,
			answer: DIGEST,
		},
		{
			caption: "Nothing to offer: another FROM adds the tag, or the name is put together",
			bad: "ARG BASE=debian\nARG MIRROR=mirror.example.com\nFROM «$BASE»\nFROM $BASE:12\nFROM «$MIRROR/app»\n",
		},
		{ caption: "Defaults count; there is no ARG that could take the tag", bad: "FROM «${BASE:-debian}»\n" },
		{
			caption: "Somebody else's registry",
			bad: "FROM «mcr.microsoft.com/windows/servercore»\n",
			fixed: `FROM mcr.microsoft.com/windows/servercore:latest@${DIGEST}\n`,
			answer: DIGEST,
		},
		{
			caption: "A tag or a digest, also from an ARG",
			good: `ARG TAG=:12\nARG V\nFROM debian:12\nFROM debian@${DIGEST}\nFROM debian$TAG\nFROM debian:$V\nFROM debian\${V:-:12}\n`,
		},
		{ caption: "No registry has the digest of what was built on this machine", bad: "FROM «localhost/app»\n" },
		{
			caption: "No image: scratch and stages, even one with the name of an image",
			good: "FROM debian:12 AS debian\nFROM debian\nFROM scratch\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			if (use.kind !== "from" || use.reference.tag !== undefined || use.reference.digest !== undefined) continue;
			const name = familiarName(use.reference);
			reports.push({
				span: use.span,
				message: `${shortened(name, 50)} has no tag and stands for whatever latest is`,
				...(use.step?.stage.use === "unused" ? { severity: "info" as const } : {}),
				fixes: () => pinFixes(file, use, `Pin ${name} to what latest is now`),
			});
		}
		return reports;
	},
});
