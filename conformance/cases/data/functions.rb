# adapters: postgresql
# run: migrate
class Functions < ActiveRecord::Migration[8.1]
  def change
    execute <<~SQL
      CREATE FUNCTION one() RETURNS integer LANGUAGE plpgsql AS $$
      BEGIN
        RETURN 1;
      END;
      $$;
    SQL
    say select_value("SELECT one()").inspect
  end
end
