import { z } from "zod";
import { fieldWords } from "../yaml/fieldWords";

/** ECR API, `RepositoryName`. */
const REPOSITORY_NAME =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** A repository's name as ECR accepts it: 2 to 256 characters. */
export const repositoryName = z.string().min(2).max(256).regex(REPOSITORY_NAME);

fieldWords.add(repositoryName, {
  check: "repository-name",
  expected: "the name of a repository",
  fix: "Write it as ECR shows it: lower-case letters, digits, and . _ - / between them.",
});
