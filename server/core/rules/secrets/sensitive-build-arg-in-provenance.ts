import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { expandAt, globalDeclaration } from "../../dockerfile/variables/variables.ts";
import { secretName } from "../../secrets/names.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const sensitiveBuildArgInProvenance = defineRule({
	id: "sensitive-build-arg-in-provenance",
	title: "A build argument tells private facts",
	category: "secrets",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["ARG"] },
	why: "The values of build arguments are written into the history of the image, and with `provenance: mode=max` into the attestation beside it. Of a public image everybody can read them: names of internal servers and their addresses, accounts, mail addresses. None of it is a password; all of it helps to find the door that one fits.",
	remedy:
		"Pass what is private as a build secret (`--mount=type=secret,id=…,env=…`), or build with `--provenance=mode=min` and keep the argument out of the shipped stage.",
	references: ["https://docs.docker.com/build/metadata/attestations/slsa-provenance/", "https://docs.docker.com/build/building/variables/"],
	examples: [
		{
			caption: "The address of an internal server",
			bad: "FROM python:3.12\nARG «INDEX=https://nexus.corp.acme.internal/simple»\nRUN pip install --index-url $INDEX acme\n",
		},
		{ caption: "A public server", good: "FROM python:3.12\nARG INDEX=https://pypi.org/simple\nRUN pip install --index-url $INDEX acme\n" },
		{
			caption: "An internal server, by its default",
			bad: "FROM debian:12\nARG «INDEX=https://nexus.corp.acme.internal/simple»\nARG «MIRROR=10.1.2.3:8080»\n",
		},
		{
			caption: "Accounts and addresses, by their names",
			bad: "FROM debian:12\nARG «ARTIFACTORY_USER»\nARG A=1 «GIT_USER_EMAIL» «NEXUS_URL»\n",
		},
		{
			caption: "A mail address; in front of the stages",
			bad: "ARG «CONTACT=jane@acme.dev»\nARG «REGISTRY_HOST=registry.corp.local»\nFROM debian:12\n",
		},
		{
			caption: "Public servers, container users, versions",
			good: "FROM debian:12\nARG USERNAME=vscode USER_UID=1000 USER HOSTNAME\nARG MIRROR=https://deb.debian.org/debian PIP_INDEX_URL=https://pypi.org/simple NEXUS_VERSION=3.1 NEXUS_URL=https://download.sonatype.com\nARG HOST=localhost URL=http://127.0.0.1:80 EMAIL_ENABLED=true MAINTAINER=me@example.com\n",
		},
		{ caption: "Credentials are another finding", good: "FROM debian:12\nARG NPM_TOKEN\n" },
		{ caption: "The one in front of the stages says it", good: "FROM debian:12\nARG MIRROR\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const instruction of file.globals) reports.push(...reportsOf(file, instruction, undefined));
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const found of reportsOf(file, step, (text) => {
					const expansion = expandAt(step, text);
					return expansion.kind === "known" ? expansion.value : undefined;
				}))
					reports.push({ ...found, ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
			}
		}
		return reports;
	},
});

function reportsOf(
	file: Dockerfile,
	instruction: Instruction,
	expand: ((text: string) => string | undefined) | undefined,
): readonly Report[] {
	if (instruction.keyword !== "ARG") return [];
	const reports: Report[] = [];
	for (const assignment of assignmentsOf(instruction, file.escape)) {
		const what = privateFact(file, assignment, expand);
		if (what !== undefined)
			reports.push({ span: assignment.span, message: `ARG ${shortened(assignment.name, 40)} puts ${what} into history and provenance` });
	}
	return reports;
}

const OWNERS =
	"ARTIFACTORY|NEXUS|JFROG|REGISTRY|GIT|GITHUB|GITLAB|BITBUCKET|NPM|PYPI|PIP|MAVEN|NUGET|LDAP|SMTP|JENKINS|SONAR|CORP|COMPANY|INTERNAL|INTRANET|VPN";
const ACCOUNT_NAME = new RegExp(`^(?:${OWNERS})(?:_[A-Z0-9]{1,20}){0,3}_(?:USER|USERNAME|LOGIN|EMAIL|MAIL)$`);
const SERVER_NAME =
	/^(?:ARTIFACTORY|NEXUS|JFROG|LDAP|CORP|COMPANY|INTERNAL|INTRANET|VPN)(?:_[A-Z0-9]{1,20}){0,3}_(?:URL|URI|HOST|HOSTNAME|SERVER|ADDRESS)$/;

/** What the argument gives away; undefined for nothing, and for what is worse and reported elsewhere. */
function privateFact(
	file: Dockerfile,
	assignment: Assignment,
	expand: ((text: string) => string | undefined) | undefined,
): string | undefined {
	const { name } = assignment;
	const written = assignment.value ?? (expand === undefined ? undefined : globalDeclaration(file, name)?.assignment.value);
	if (secretName(name) === "strong") return undefined;
	if (assignment.value !== undefined && written !== undefined) {
		const value = (expand?.(written) ?? written).replace(/^["']|["']$/g, "");
		if (isPrivateHost(value)) return "an internal address";
		if (/^[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}$/.test(value) && !/@example\.|noreply|localhost/.test(value))
			return "a mail address";
		if (value !== "") return undefined;
	}
	if (written !== undefined && written !== "" && written !== '""') return undefined;
	if (ACCOUNT_NAME.test(name)) return "an account";
	return SERVER_NAME.test(name) ? "an internal address" : undefined;
}

/** A name or number that only an internal network knows: `nexus.corp.local`, `10.1.2.3`. */
function isPrivateHost(value: string): boolean {
	const host =
		/^(?:[a-z][a-z0-9+.-]{0,20}:\/\/)?(?:[^/@\s]{1,100}@)?([\w.-]{1,200})(?::\d{1,5})?(?:\/|$)/i.exec(value)?.[1]?.toLowerCase() ?? "";
	if (/\.(?:internal|corp|intranet|intra|lan|local|home\.arpa)$/.test(host))
		return host !== "host.docker.internal" && !host.endsWith(".svc.cluster.local");
	if (!value.includes("://") && !/:\d/.test(value)) return false;
	return /^(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}$/.test(host);
}
