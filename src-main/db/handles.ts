import type Database from 'better-sqlite3';

declare const readBrand: unique symbol;
declare const writeBrand: unique symbol;

/** A connection that a query may read with. */
export type ReadDb = Database.Database & { readonly [readBrand]: true };
/** The one writing connection of this process; reading is allowed too. */
export type WriteDb = ReadDb & { readonly [writeBrand]: true };

/** Content-addressed bytes: embedding tables and predictions. */
export type BlobDb = Database.Database & { readonly __blobs: true };

export type Migration = Readonly<{
  /** Grows in tens; stored as `user_version`. */
  version: number;
  name: string;
  up: (db: Database.Database) => void;
}>;
