BEGIN immediate TRANSACTION
CREATE TABLE "shop_box_v2" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar DEFAULT 'x', "count" integer, "at" datetime(6), "open_at" time, "on" date, "created_at" datetime(6) NOT NULL, "updated_at" datetime(6) NOT NULL)
CREATE TABLE "shop_thing_v2" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "box_id" integer)
CREATE INDEX "index_shop_thing_v2_on_box_id" ON "shop_thing_v2" ("box_id")
INSERT INTO "shop_box_v2" ("name", "count", "at", "open_at", "on", "created_at", "updated_at") VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING "id"
SELECT "shop_box_v2".* FROM "shop_box_v2" WHERE "shop_box_v2"."id" = ? LIMIT ?
SELECT COUNT(*) FROM "shop_box_v2" WHERE "shop_box_v2"."at" = ?
SELECT "shop_box_v2"."at", "shop_box_v2"."open_at" FROM "shop_box_v2" WHERE "shop_box_v2"."at" = ?
SELECT COUNT(*) FROM "shop_box_v2" WHERE "shop_box_v2"."at" <= ?
UPDATE "shop_box_v2" SET "at" = ?, "open_at" = ? WHERE "shop_box_v2"."id" = ?
UPDATE "shop_box_v2" SET "at" = ? WHERE "shop_box_v2"."id" = ?
UPDATE "shop_box_v2" SET "count" = ?, "updated_at" = ? WHERE "shop_box_v2"."id" = ?
INSERT INTO "shop_box_v2" ("at","name","created_at","updated_at") VALUES ('2020-01-01 01:00:00', 'i', '2020-01-01 00:00:00', '2020-01-01 00:00:00') ON CONFLICT  DO NOTHING RETURNING "id"
SELECT MAX("shop_box_v2"."at") FROM "shop_box_v2"
SELECT COUNT(*) AS "count_all", "shop_box_v2"."at" AS "shop_box_v2_at" FROM "shop_box_v2" GROUP BY "shop_box_v2"."at"
INSERT INTO "shop_thing_v2" ("box_id") VALUES (?) RETURNING "id"
SELECT "shop_box_v2".* FROM "shop_box_v2" WHERE "shop_box_v2"."id" = ? LIMIT ?
INSERT INTO "shop_thing_v2" ("box_id") VALUES (?) RETURNING "id"
SELECT "shop_box_v2".* FROM "shop_box_v2" WHERE "shop_box_v2"."at" = ? LIMIT ?
SELECT "shop_box_v2".* FROM "shop_box_v2" ORDER BY "shop_box_v2"."at" ASC LIMIT ?
INSERT INTO "shop_versions_v2" ("version") VALUES ('1') RETURNING "version"
COMMIT TRANSACTION
