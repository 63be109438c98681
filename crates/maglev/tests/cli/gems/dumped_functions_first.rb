# This file is auto-generated from the current state of the database. Instead
# of editing this file, please use the migrations feature of Active Record to
# incrementally modify your database, and then regenerate this schema definition.
#
# This file is the source Rails uses to define your schema when running `bin/rails
# db:schema:load`. When creating a new database, `bin/rails db:schema:load` tends to
# be faster and is potentially less error prone than running all of your
# migrations from scratch. Old migrations may fail to apply correctly if those
# migrations use external dependencies or application code.
#
# It's strongly recommended that you check this file into your version control system.

ActiveRecord::Schema[8.1].define(version: 0) do
  # These are extensions that must be enabled in order to support this database
  enable_extension "pg_catalog.plpgsql"


  create_function :touched, sql_definition: <<-'SQL'
      CREATE OR REPLACE FUNCTION public.touched()
       RETURNS trigger
       LANGUAGE plpgsql
      AS $function$
      BEGIN
        NEW.name := 'it''s \ ' || NEW.name;

        RETURN NEW;
      END;
      $function$
  SQL

  create_function :doubled, sql_definition: <<-'SQL'
      CREATE OR REPLACE FUNCTION public.doubled(amount integer)
       RETURNS integer
       LANGUAGE sql
      AS $function$SELECT amount * 2$function$
  SQL
  create_table "things", force: :cascade do |t|
    t.string "name"
    t.integer "price"
  end

  create_trigger :on_touch, sql_definition: <<-SQL
      CREATE TRIGGER on_touch BEFORE UPDATE ON public.things FOR EACH ROW EXECUTE FUNCTION touched()
  SQL

  create_view "zebras", sql_definition: <<-SQL
      SELECT things.id,
      things.name
     FROM things
    WHERE ((things.name)::text ~ '^\\d+$'::text);
  SQL
  create_view "apes", sql_definition: <<-SQL
      SELECT zebras.id
     FROM zebras;
  SQL
  create_view "\"of two words\"", sql_definition: <<-SQL
      SELECT things.price
     FROM things;
  SQL
  create_view "alone", sql_definition: <<-SQL
      SELECT 1 AS one;
  SQL
  create_view "counted", materialized: true, sql_definition: <<-SQL
      SELECT count(*) AS total,
      things.name
     FROM things
    GROUP BY things.name;
  SQL
  add_index "counted", ["name"], name: "on_counted_name", unique: true

end
