# adapters: postgresql
# run: migrate
class Sequences < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: :serial)
    create_table(:b)
    execute "ALTER SEQUENCE b_id_seq RESTART WITH 100"
    say connection.pk_and_sequence_for("b").map(&:to_s).inspect
    connection.reset_pk_sequence!("b")
    say connection.serial_sequence("b", "id").inspect
  end
end
