/**
 * The digest of a page's error that says: the database is out of reach. In production Next tells the browser nothing of an error but
 * its digest, and leaves one that is there as it is.
 */
export const DATABASE_AWAY_DIGEST = "database-away";
