class CreateAudits < ActiveRecord::Migration[8.0]
  def change
    create_table :audits, id: false, if_not_exists: true do |t|
      t.bigint :record_id, null: false
      t.string :record_type, null: false
      t.json :changed_values
      t.binary :signature, limit: 64
      t.float :score
      t.datetime :created_at, null: false, precision: 3
      t.index [:record_type, :record_id], name: :index_audits_on_record
    end
  end
end
