class RescueAndEnsure < ActiveRecord::Migration[8.1]
  def up
    begin
      raise ArgumentError, "inner"
    rescue ArgumentError => error
      say error.message
    ensure
      say "ensured"
    end
    create_table(:a)
  end
end
