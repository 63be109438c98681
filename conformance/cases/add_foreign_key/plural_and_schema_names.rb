class PluralAndSchemaNames < ActiveRecord::Migration[8.1]
  def change
    create_table(:people)
    create_table(:statuses)
    create_table(:a) { |t| t.bigint :person_id; t.bigint :status_id }
    add_foreign_key :a, :people
    add_foreign_key :a, :statuses
  end
end
