class ConditionsWhenReverting < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    if reverting?
      say "back"
    else
      say "forth"
    end
    add_column :a, :y, :string unless column_exists?(:a, :y)
  end
end
