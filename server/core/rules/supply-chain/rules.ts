import type { Rule } from "../rule.ts";
import { addRemoteWithoutChecksum } from "./add-remote-without-checksum.ts";
import { copyFromImageUnpinned } from "./copy-from-image-unpinned.ts";

export const SUPPLY_CHAIN_RULES: readonly Rule[] = [copyFromImageUnpinned, addRemoteWithoutChecksum];
