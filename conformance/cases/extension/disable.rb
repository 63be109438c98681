# adapters: postgresql
class Disable < ActiveRecord::Migration[8.1]
  def change
    enable_extension "hstore"
  end
end

class DisableAgain < ActiveRecord::Migration[8.1]
  def change
    disable_extension "hstore"
    disable_extension "citext", force: :cascade
  end
end
