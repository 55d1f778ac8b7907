import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { cacheFolder } from "../operations/cacheFolder.ts";
import { startServer } from "./server.ts";

/** Set by the bundler from package.json. */
declare const HULLGUARD_VERSION: string;

startServer(createConnection(ProposedFeatures.all), HULLGUARD_VERSION, cacheFolder(process.env, process.platform));
