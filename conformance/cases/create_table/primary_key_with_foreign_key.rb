class PrimaryKeyWithForeignKey < ActiveRecord::Migration[8.1]
  def change
    create_table :users
    create_table :profiles, id: false do |t|
      t.belongs_to :user, primary_key: true, foreign_key: true, index: false
    end
  end
end
