import { notFound } from "next/navigation";
import { AppError } from "@/lib/domain/app-error";

/** What is not there, or belongs to another account, is a page that does not exist. */
export async function readOrNotFound<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
}
