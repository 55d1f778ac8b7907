import assert from "node:assert/strict";
import { parseReference } from "../../../server/core/image/reference.ts";
import { matchesRepository } from "../../../server/core/image/referencePattern.ts";

const MATCHES: readonly (readonly [pattern: string, reference: string])[] = [
	["ubuntu", "docker.io/library/ubuntu:24.04"],
	["docker.io", "ubuntu"],
	["docker.io/library/*", "ubuntu"],
	["docker.io/ubuntu", "index.docker.io/library/ubuntu"],
	["index.docker.io", "acme/app"],
	["acme/*", "acme/app:1"],
	["ghcr.io/acme/*", "ghcr.io/acme/team/app"],
	["ghcr.io/*/app", "ghcr.io/acme/app"],
	["*.example.com", "a.b.example.com/app"],
	["*.example.com/base/*", "a.example.com/base/debian"],
	["*.dkr.ecr.*.amazonaws.com", "123.dkr.ecr.eu-west-1.amazonaws.com/app"],
	["registry-*.example.com", "registry-eu.example.com/app"],
	["gcr.*/proj/*", "gcr.io/proj/x"],
	["localhost:5000", "localhost:5000/app"],
	["GHCR.io", "ghcr.io/acme/app"],
	["*", "ghcr.io/acme/app"],
];
const OTHERS: readonly (readonly [pattern: string, reference: string])[] = [
	["ubuntu", "acme/ubuntu"],
	["ubuntu", "ubuntu-upstart"],
	["*.example.com", "evilexample.com/app"],
	["*.example.com", "example.com/app"],
	["*.dkr.ecr.*.amazonaws.com", "dkr.ecr.eu-west-1.amazonaws.com/app"],
	["*.dkr.ecr.*.amazonaws.com", "123.dkr.ecr.evil.example.amazonaws.com/app"],
	["registry-*.example.com", "registry-a.evil.example.com/app"],
	["gcr.*", "gcr.evil.org/app"],
	["example.com", "example.com.evil.org/app"],
	["ghcr.io/acme/*", "ghcr.io/acme-evil/app"],
	["ghcr.io/*/app", "ghcr.io/a/b/app"],
	["acme/app", "ghcr.io/acme/app"],
	["docker.io/library/*", "acme/app"],
];

describe("patterns of repositories", () => {
	for (const [pattern, text] of MATCHES) it(`${pattern} stands for ${text}`, () => assert.equal(matches(pattern, text), true));
	for (const [pattern, text] of OTHERS) it(`${pattern} does not stand for ${text}`, () => assert.equal(matches(pattern, text), false));
});

function matches(pattern: string, text: string): boolean {
	const reference = parseReference(text);
	assert.ok(reference);
	return matchesRepository(pattern, reference);
}
