# run: migrate
class AdapterConditions < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    case connection.adapter_name
    when /mysql/i then execute "ALTER TABLE a ENGINE = InnoDB"
    when "PostgreSQL" then execute "COMMENT ON TABLE a IS 'here'"
    else say "sqlite"
    end
    say ActiveRecord::Base.connection.adapter_name
  end
end
