# adapters: postgresql
class Queries < ActiveRecord::Migration[8.1]
  def change
    say extension_available?("hstore").inspect
    say extension_enabled?("hstore").inspect
    enable_extension "hstore"
    say extension_enabled?(:hstore).inspect
  end
end
