import assert from "node:assert/strict";
import { productsFor, scopeOf } from "../../../server/core/vex/products.ts";
import { findingOf, INDEX, imageWith, LODASH, PASSWD, PLATFORM, REPOSITORY } from "../../support/vex.ts";

const LODASH_PURL = ["pkg:npm/lodash@4.17.20"];

describe("products of new statements", () => {
	it("name this build by index and platform digest", () => {
		const scope = scopeOf("digest", imageWith());
		assert.deepEqual(productsFor(scope!, [LODASH.package]), [
			{ id: `pkg:oci/app@${INDEX}`, subcomponents: LODASH_PURL },
			{ id: `pkg:oci/app@${PLATFORM}`, subcomponents: LODASH_PURL },
		]);
	});

	it("name this build by each of its names, and no product twice", () => {
		const repositoryDigests = [
			`zzlocal@${INDEX}`,
			`localhost:5000/aaa/first@${INDEX}`,
			`${REPOSITORY}@${INDEX}`,
			`other.example/app@${INDEX}`,
		];
		const scope = scopeOf("digest", imageWith({ repositoryDigests, manifestDigests: [INDEX] }));
		assert.deepEqual(
			productsFor(scope!, [LODASH.package]).map((product) => product.id),
			[`pkg:oci/zzlocal@${INDEX}`, `pkg:oci/first@${INDEX}`, `pkg:oci/app@${INDEX}`],
		);
	});

	it("name every build by host, path and name", () => {
		const scope = scopeOf(
			"repository",
			imageWith({ repositoryDigests: [`debian@${INDEX}`, `${REPOSITORY}@${INDEX}`, `org/tool@${INDEX}`] }),
		);
		assert.deepEqual(
			productsFor(scope!, [LODASH.package]).map((product) => product.id),
			[
				"pkg:oci/debian?repository_url=index.docker.io%2Flibrary%2Fdebian",
				"pkg:oci/app?repository_url=localhost:5000%2Fteam%2Fapp",
				"pkg:oci/tool?repository_url=index.docker.io%2Forg%2Ftool",
			],
		);
	});

	it("name a repository that was typed, with or without a tag", () => {
		for (const text of ["ghcr.io/acme/app", "ghcr.io/acme/app:1.2", `ghcr.io/acme/app@${INDEX}`]) {
			const products = productsFor({ kind: "repository", repositories: [text] }, [LODASH.package]);
			assert.deepEqual(
				products.map((product) => product.id),
				["pkg:oci/app?repository_url=ghcr.io%2Facme%2Fapp"],
			);
		}
	});

	it("name the package by itself, in both spellings", () => {
		assert.deepEqual(productsFor({ kind: "package" }, [LODASH.package, PASSWD.package]), [
			{ id: "pkg:npm/lodash@4.17.20", subcomponents: [] },
			{ id: "pkg:deb/debian/passwd@4.13%2Bdfsg1-1%2Bdeb12u2", subcomponents: [] },
			{ id: "pkg:deb/debian/passwd@1:4.13%2Bdfsg1-1%2Bdeb12u2", subcomponents: [] },
		]);
	});

	it("are none where no scanner knows the image, or a package has no name", () => {
		const archive = imageWith({ repositoryDigests: [], digest: undefined });
		assert.equal(scopeOf("digest", archive), undefined);
		assert.equal(scopeOf("repository", archive), undefined);
		assert.deepEqual(scopeOf("package", archive), { kind: "package" });
		assert.deepEqual(productsFor({ kind: "repository", repositories: ["Bad Name"] }, [LODASH.package]), []);
		assert.deepEqual(productsFor({ kind: "package" }, [LODASH.package, findingOf("CVE-1", { name: "x", purl: "" }).package]), []);
		assert.deepEqual(productsFor({ kind: "package" }, []), []);
	});
});
