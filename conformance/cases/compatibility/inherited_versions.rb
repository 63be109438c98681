class VersionFour < ActiveRecord::Migration[4.2]
  def change
    create_table(:v4) { |t| t.datetime :d; t.timestamps; t.references :r }
  end
end

class VersionFiveZero < ActiveRecord::Migration[5.0]
  def change
    create_table(:v50) { |t| t.datetime :d; t.timestamps; t.references :r }
  end
end

class VersionFiveOne < ActiveRecord::Migration[5.1]
  def change
    create_table(:v51) { |t| t.datetime :d; t.timestamps; t.references :r }
  end
end

class VersionFiveTwo < ActiveRecord::Migration[5.2]
  def change
    create_table(:v52) { |t| t.datetime :d; t.timestamps; t.references :r }
  end
end

class VersionSixZero < ActiveRecord::Migration[6.0]
  def change
    create_table(:v60) { |t| t.datetime :d; t.timestamps; t.references :r }
  end
end

class VersionSixOne < ActiveRecord::Migration[6.1]
  def change
    create_table(:v61) { |t| t.datetime :d; t.timestamps; t.references :r }
  end
end

class VersionSevenZero < ActiveRecord::Migration[7.0]
  def change
    create_table(:v70) { |t| t.datetime :d; t.timestamps; t.references :r }
  end
end

class VersionSevenOne < ActiveRecord::Migration[7.1]
  def change
    create_table(:v71) { |t| t.datetime :d; t.timestamps; t.references :r }
  end
end

class VersionSevenTwo < ActiveRecord::Migration[7.2]
  def change
    create_table(:v72) { |t| t.datetime :d; t.timestamps; t.references :r }
  end
end

class VersionEightZero < ActiveRecord::Migration[8.0]
  def change
    create_table(:v80) { |t| t.datetime :d; t.timestamps; t.references :r }
  end
end
