# What the adapter's class answers, and what columns tell of themselves.
class ClassesAndColumns < ActiveRecord::Migration[8.1]
  def up
    create_table :notes do |t|
      t.string :name, limit: 20, default: "x"
      t.integer :size
      t.virtual :twice, type: :integer, as: "size * 2", stored: true
    end
    adapter = connection.class
    say adapter.quote_table_name("a.b")
    say adapter.quote_column_name("select")
    columns = connection.columns(:notes)
    say columns.map(&:virtual?).inspect
    say columns.map(&:has_default?).inspect
    say columns.map(&:auto_incremented_by_db?).map { |value| !!value }.inspect
    say columns.map(&:human_name).inspect
    say (columns.first == connection.columns(:notes).first).inspect
    say (columns[1] == columns[2]).inspect
    say [ActiveRecord::UnknownAttributeError, ActiveModel::ForbiddenAttributesError.superclass].inspect
    begin
      connection.type_cast(3.seconds)
    rescue TypeError => error
      say error.message
    end
  end

  def down
    drop_table :notes
  end
end
