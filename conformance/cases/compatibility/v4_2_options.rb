# run: migrate
class V42Options < ActiveRecord::Migration[4.2]
  def change
    create_table :a, options: "ENGINE=InnoDB" do |t|
      t.string :x
    end rescue say("not here")
    create_table(:b, id: :uuid) rescue say("no uuid")
    create_table(:c, force: true) { |t| t.integer :user_id, limit: 8; t.boolean :flag, default: false, null: false }
  end
end
